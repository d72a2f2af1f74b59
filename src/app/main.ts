import { mount } from 'svelte';
import App from './App.svelte';
import { allowOwnScripts } from '../shared/own-scripts.ts';
import './app.css';
import { fetchAheadWhenIdle } from './fetch-ahead.ts';

allowOwnScripts(import.meta.url);
const target = document.querySelector('#app');
if (!target) throw new Error('The page has no #app element.');
mount(App, { target });
fetchAheadWhenIdle();
